#ifndef C_PROCESS_H
#define C_PROCESS_H

/// Placeholder until the first system call is needed.
int CProcess_version(void);

#endif
