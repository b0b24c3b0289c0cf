#ifndef CDEMO_STUCK_H
#define CDEMO_STUCK_H

void table_load(void);
void table_scan(void);
void each_item(void);

#endif
