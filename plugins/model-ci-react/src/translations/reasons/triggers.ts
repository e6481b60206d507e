export const triggers = {
  'trigger.reached': '代码托管平台可以访问本门户；没有推送任何内容',
  'trigger.deleted': '{{ref}} 已被删除；没有可运行的内容',
  'trigger.noPush': '定义中没有列出会启动运行的推送',
  'trigger.otherBranch': '定义中的 triggers.push.branches 不包含 {{branch}}',
  'trigger.otherTag': '定义中的 triggers.push.tags 不包含 {{tag}}',
  'trigger.otherPaths': '变更的文件都不匹配定义中的 triggers.push.paths',
  'trigger.pathsUnknown':
    '无法得知变更了哪些文件，triggers.push.paths 无法判断，因此仍启动了运行',
  'trigger.skippedByMessage':
    '提交信息要求不运行：其中含有 [skip ci] 或 [ci skip]',
  'trigger.skippedByOption': '推送时用选项 ci.skip 要求不运行',
  'trigger.otherRepository': '目录中的这个流水线来自另一个代码仓库',
  'trigger.noPullRequest': '定义中没有列出会启动运行的拉取请求',
  'trigger.otherTarget':
    '定义中的 triggers.pullRequest.branches 不包含 {{branch}}',
  'trigger.otherRequestPaths':
    '变更的文件都不匹配定义中的 triggers.pullRequest.paths',
  'trigger.requestPathsUnknown':
    '无法得知变更了哪些文件，triggers.pullRequest.paths 无法判断，因此仍启动了运行',
  'trigger.requestClosed': '拉取请求 {{number}} 已关闭；其进行中的运行已取消',
  'trigger.requestMoved': '拉取请求 {{number}} 此后已有更新；以较新的事件为准',
  'trigger.needsAgreement':
    '该变更来自复刻仓库：需要有权启动运行的人同意后才会启动，且不会获得任何机密',
  'trigger.started': '它已经启动了运行',
  'trigger.notWaiting': '这个事件并不在等待任何人：{{state}}',
  'trigger.notInCatalog': '目录中还没有这个流水线；稍后会再次查找',
  'trigger.unreadable': '无法读取定义：{{problem}}',
  'trigger.triedAgain': '尚未启动，稍后会重试：{{problem}}',
  'trust.notOnRef':
    '提交 {{commit}} 不在 {{repository}} 的 {{ref}} 上：它没有被推送到那里，或者该分支或标签后来被移动或删除',
  'trust.hostNotAsked':
    '无法确定提交 {{commit}} 是否在 {{ref}} 上：{{ref}} 现在指向另一个提交，而 {{repository}} 所在的主机不支持进一步查询',
  'trust.notFoundOut':
    '无法确定提交 {{commit}} 是否被推送到 {{repository}}：{{problem}}',
  'trigger.scheduleMissed':
    '应在 {{time}} 启动的运行已跳过：延迟超过 {{days}} 天',
};
