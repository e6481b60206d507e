import type { homeMessages } from '../../messages/home';

export const home: Record<keyof typeof homeMessages, string> = {
  'home.mine.title': '我的模型流水线',
  'home.mine.waiting': '等待决定',
  'home.mine.failed': '最近一次运行失败',
  'home.mine.deployed': '最近部署',
  'home.mine.nothingWaits': '没有等待中的运行。',
  'home.mine.nothingFailed': '没有失败的流水线。',
  'home.mine.nothingDeployed': '还没有部署过。',
  'home.mine.allRuns': '我的团队的所有运行',
  'home.steps.title': '入门步骤',
  'home.steps.done': '已完成：{{step}}',
  'home.steps.open': '未完成：{{step}}',
  'home.steps.create': '用模板创建模型项目',
  'home.steps.createHelp': '流水线会立即启动。',
  'home.steps.look': '查看第一次运行',
  'home.steps.lookHelp': '阶段、日志、测试、指标和门禁。',
  'home.steps.break': '弄坏它',
  'home.steps.breakHelp':
    '克隆代码仓库，推送一个损害模型的提交，例如把预测值加倍。测试或门禁会拦住它。',
  'home.steps.mend': '修好它',
  'home.steps.mendHelp': '推送修复的提交：成功的运行会登记一个版本。',
  'home.steps.compare': '比较两个版本',
  'home.steps.compareHelp': '并排比较指标，附有区间和结论。',
  'home.steps.deploy': '部署一个版本并调用它',
  'home.steps.deployHelp': '模型在固定的地址上应答；点一下就能回到之前的版本。',
};
