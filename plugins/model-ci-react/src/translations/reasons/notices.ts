export const notices = {
  'notice.decision':
    '{{pipeline}} 的运行 #{{number}} 正在等待对 {{stage}} 作出决定',
  'notice.letThrough': '{{pipeline}} 的运行 #{{number}} 继续：{{stage}} 已放行',
  'notice.stopped': '{{pipeline}} 的运行 #{{number}} 已在 {{stage}} 被停止',
  'notice.decisionVoid':
    '{{pipeline}} 的运行 #{{number}} 在对 {{stage}} 作出决定前已被取消',
  'notice.runEnded': '{{pipeline}} 的运行 #{{number}} {{status}}',
  'notice.notDeployed':
    '{{pipeline}} 的版本 {{version}} 未能部署到 {{environment}}',
  'notice.runUnplaced':
    '{{pipeline}} 的运行 #{{number}} 正在等待：没有匹配的节点',
  'notice.deploymentUnplaced':
    '{{pipeline}} 的版本 {{version}} 正在 {{environment}} 中等待：没有匹配的节点',
  'notice.keepsWaiting':
    '{{problem}}。请修改其要求后重新开始，或请管理员添加匹配的节点：在此之前它会一直等待。',
  'notice.ofStage': '{{stage}}：{{problem}}',
  'notice.tooSmall': '没有足够大的节点',
  'notice.severalStages': '{{first}}；{{rest}}',
};
