// Package cold grows an array in a process that has done nothing yet: no page of memory has been touched that it could use
// again, no huge page has been made for it. What an append costs there, page faults and the collector included, and how
// much memory is resident at the worst moment, shows in no benchmark that repeats itself.
package cold
