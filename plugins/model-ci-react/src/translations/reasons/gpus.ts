export const gpus = {
  'gpu.unused':
    '该 GPU 在 {{time}} 内从未被使用：请不要申请，或查明代码为何找不到它',
  'gpu.idle': '该 GPU 在 {{of}} 中有 {{time}} 处于空闲：期间其他任务无法使用它',
};
