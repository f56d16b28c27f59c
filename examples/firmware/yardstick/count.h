/* What start.c counts. Without -DCOUNTING nothing is left of it. */
#ifdef COUNTING
void count_start(void);
void count_stop(void);
#else
#define count_start()
#define count_stop()
#endif
