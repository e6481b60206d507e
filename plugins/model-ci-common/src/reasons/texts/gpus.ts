/** What is remarkable about the GPUs of an attempt. */
export const gpuTexts = {
  'gpu.unused':
    'The GPU was never used in {{time}}: ask for none, or see why the code does not find it',
  'gpu.idle':
    'The GPU was idle for {{time}} of {{of}}: nobody else could have it meanwhile',
} as const;
