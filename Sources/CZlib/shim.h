// zlib's interface, as the system has it.
#include <zlib.h>
