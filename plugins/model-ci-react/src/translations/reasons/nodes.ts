export const nodes = {
  'node.keepsAttempts_one': '仍有 {{count, number}} 个阶段在此运行',
  'node.keepsAttempts_other': '仍有 {{count, number}} 个阶段在此运行',
  'node.keepsDeployment':
    '{{pipeline}} 的版本 {{version}} 从此节点为 {{environment}} 提供服务：{{reason}}',
  'node.moves': '另一个节点即将接管',
  'node.moveFailed': '其在另一节点上的替代部署失败；请查看并重新部署该版本',
  'node.environmentBound':
    'modelCi.environments 将 {{environment}} 绑定到 {{node}}；请在那里指定其他节点，或停止该部署',
  'node.environmentGone': 'modelCi.environments 中已没有其环境；请停止该部署',
};
