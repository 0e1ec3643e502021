// libzstd's interface, as the system has it.
#include <zstd.h>
