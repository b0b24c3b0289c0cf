#ifndef VICTIM_CALLS_H
#define VICTIM_CALLS_H

void around(int bytes, int depth);

#endif
