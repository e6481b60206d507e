export const executors = {
  'process.lostMachine': '机器已重新启动。',
  'process.lostProcesses': '此次尝试的进程被外部终止，或其结束记录已损坏。',
  'process.lostFolder': '其文件夹 {{folder}} 已被删除。',
  'docker.outOfMemory': '它需要的内存超过了所请求的数量。',
  'docker.lostContainer': '其容器已从引擎中删除。',
};
