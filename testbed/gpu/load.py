"""Keeps a GPU busy for some seconds through the driver's own library, with nothing but Python.

    python3 load.py SECONDS [MEBIBYTES]

Prints how many devices CUDA shows, and exits with 3 where it shows none.
"""

import ctypes
import sys
import time

seconds = float(sys.argv[1])
size = int(sys.argv[2] if len(sys.argv) > 2 else 1024) * 2**20

cuda = ctypes.CDLL("libcuda.so.1")
count = ctypes.c_int()
if cuda.cuInit(0) != 0 or cuda.cuDeviceGetCount(ctypes.byref(count)) != 0 or count.value == 0:
    print("devices 0")
    sys.exit(3)
print(f"devices {count.value}", flush=True)
if seconds <= 0:
    sys.exit(0)


def check(name, result):
    if result != 0:
        sys.exit(f"{name} failed with {result}")


device = ctypes.c_int()
context = ctypes.c_void_p()
memory = ctypes.c_uint64()
check("cuDeviceGet", cuda.cuDeviceGet(ctypes.byref(device), 0))
check("cuCtxCreate", cuda.cuCtxCreate_v2(ctypes.byref(context), 0, device))
check("cuMemAlloc", cuda.cuMemAlloc_v2(ctypes.byref(memory), ctypes.c_size_t(size)))
end = time.monotonic() + seconds
while time.monotonic() < end:
    for _ in range(50):
        check(
            "cuMemset",
            cuda.cuMemsetD32_v2(memory, ctypes.c_uint(1), ctypes.c_size_t(size // 4)),
        )
    check("cuCtxSynchronize", cuda.cuCtxSynchronize())
