#include "CProcess.h"

int CProcess_version(void) { return 1; }
