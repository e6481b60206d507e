import type { gpusMessages } from '../../messages/gpus';

export const gpus: Record<keyof typeof gpusMessages, string> = {
  'gpus.time': 'GPU 时间',
  'gpus.energy': 'GPU 能耗',
  'gpus.estimated': '{{energy}}（估计值）',
  'gpus.driver': '驱动 {{driver}}',
  'gpus.measured': '测量了 {{time}}',
  'gpus.utilization': '利用率',
  'gpus.mean': '平均 {{share}}',
  'gpus.memory': '显存',
  'gpus.peak': '峰值 {{peak}} / {{total}}',
  'gpus.power': '功率',
  'gpus.empty.title': '没有记录',
  'gpus.empty.omitted':
    '此次运行的 GPU 多于可列出的数量，其中 {{omitted, number}} 个未列出，但计入合计。',
  'gpus.empty.description':
    '仅在装有 nvidia-smi 的本门户节点上记录 GPU：process 所在的机器，以及与后端同一台机器上的 Docker 引擎。',
};
