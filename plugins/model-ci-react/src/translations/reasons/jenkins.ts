export const jenkins = {
  'jenkins.waitQueue': '正在 Jenkins 队列中等待',
  'jenkins.waitAgent': '构建已启动，正在等待代理节点',
  'jenkins.waitWorkspace': 'Jenkins 已启动构建，构建正在准备工作区',
  'jenkins.lostStart': '构建未能启动该阶段。',
  'jenkins.lostResume': 'Jenkins 重启后无法继续：{{words}}',
  'jenkins.lostAgent': 'Jenkins 与代理节点失去联系：{{words}}',
  'jenkins.lostRestart': 'Jenkins 重启，并以 {{result}} 结束了构建。',
  'jenkins.lostEnd': '阶段尚未结束，Jenkins 就以 {{result}} 结束了构建。',
  'jenkins.lostItem':
    'Jenkins 中已没有它的队列项或构建：Jenkins 重启时丢失了队列，或构建已被删除。',
  'jenkins.lostBuild': '构建已从 Jenkins 中删除（{{build}}）。',
};
