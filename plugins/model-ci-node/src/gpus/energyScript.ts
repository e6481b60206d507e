/**
 * Prints `UUID MILLIJOULES` for each GPU that has a counter of energy. The driver's library is called through Python's own
 * ctypes, so that nothing has to be compiled or installed: no field of `nvidia-smi` has the counter.
 */
export const ENERGY_SCRIPT = `
import ctypes
nvml = ctypes.CDLL("libnvidia-ml.so.1")
if nvml.nvmlInit_v2() != 0:
    raise SystemExit(1)
count = ctypes.c_uint()
nvml.nvmlDeviceGetCount_v2(ctypes.byref(count))
for index in range(count.value):
    device = ctypes.c_void_p()
    uuid = ctypes.create_string_buffer(96)
    energy = ctypes.c_ulonglong()
    if nvml.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(device)) == 0 \\
            and nvml.nvmlDeviceGetUUID(device, uuid, 96) == 0 \\
            and nvml.nvmlDeviceGetTotalEnergyConsumption(device, ctypes.byref(energy)) == 0:
        print(uuid.value.decode(), energy.value)
`;

/** Joules by UUID. */
export function parseEnergy(output: string): Map<string, number> {
  return new Map(
    output.split('\n').flatMap(line => {
      const [, id, millijoules] = /^(GPU-\S+) (\d+)$/.exec(line.trim()) ?? [];
      return id === undefined
        ? []
        : [[id, Number(millijoules) / 1000] as const];
    }),
  );
}
