/* Python on the shared libpython: position-independent, unlike Debian's own interpreter, and like those of most
   container images. */
#include <Python.h>

int main(int argc, char **argv) { return Py_BytesMain(argc, argv); }
