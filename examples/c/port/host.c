/* Output on a desktop. */
#include <stdio.h>

#include "output.h"

void print(const char *text) { fputs(text, stdout); }
