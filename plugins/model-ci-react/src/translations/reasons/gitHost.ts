export const gitHost = {
  'gitHost.noRepository': '没有仓库“{{repository}}”',
  'gitHost.noBranch': '仓库没有分支“{{branch}}”',
  'gitHost.branchMoved': '分支 {{branch}} 在此期间已更新：请重试',
  'gitHost.busy': '正在比较的分支已经够多：请过几秒再试',
  'gitHost.membersOnly':
    '只有 {{owner}} 的成员可以{{action}}；{{user}} 不是其成员',
  'gitHost.action.create': '创建归 {{owner}} 所有的仓库',
  'gitHost.action.push': '推送到 {{repository}}',
  'gitHost.action.commit': '提交到 {{repository}}',
  'gitHost.action.pullRequests': '更改 {{repository}} 的拉取请求',

  'pullRequest.open': '开放',
  'pullRequest.merged': '已合并',
  'pullRequest.closed': '已关闭',
  'pullRequest.notFound': '仓库没有拉取请求 {{number}}',
  'pullRequest.notOpenToMerge':
    '拉取请求 {{number}} 的状态为“{{state}}”；只有开放的才能合并',
  'pullRequest.notOpenToClose':
    '拉取请求 {{number}} 的状态为“{{state}}”；只有开放的才能关闭',
  'pullRequest.notClosed':
    '拉取请求 {{number}} 的状态为“{{state}}”；只有已关闭的才能重新打开',
  'pullRequest.alreadyOpen':
    '从 {{source}} 到 {{target}} 的拉取请求 {{number}} 已处于开放状态',
  'pullRequest.tooManyOpen':
    '仓库已有 {{max, number}} 个开放的拉取请求，达到上限：请合并或关闭一些',
  'pullRequest.changed': '拉取请求 {{number}} 同时被其他人更改：请重新查看',
  'pullRequest.nothingNew':
    '分支 {{source}} 没有 {{target}} 缺少的提交：请先推送一个',
  'pullRequest.nothingLeft':
    '分支 {{target}} 已包含 {{head}} 的全部提交：没有可合并的内容',
  'pullRequest.unrelated': '两个分支没有共同的提交，无法合并',
  'pullRequest.moved':
    '您查看之后，分支 {{branch}} 已从 {{expected}} 更新到 {{head}}：请查看新内容后再合并',
  'pullRequest.noFastForward':
    '分支 {{target}} 有源分支缺少的提交，无法快进：请选择合并提交，或先将 {{target}} 合并到源分支',
  'pullRequest.conflicts':
    '与分支 {{target}} 存在冲突，涉及 {{files}}：请将 {{target}} 合并到源分支，解决冲突后推送',
  'pullRequest.oldGit':
    '合并需要门户所在机器上的 git 2.38 或更高版本；快进则不需要',
  'pullRequest.blocked':
    '未合并。{{why}}。请等待运行完成、推送修复，或说明理由后仍然合并',

  'mergeCheck.notEnded': '{{pipeline}} 的运行 {{run}} 尚未结束（{{status}}）',
  'mergeCheck.notSucceeded': '{{pipeline}} 的运行 {{run}} 未成功（{{status}}）',
  'mergeCheck.notStarted': '{{pipeline}} 对最新提交的运行尚未启动',
  'mergeCheck.noRun':
    '最新提交没有 {{pipeline}} 的运行，而其定义要求运行：{{why}}',
  'mergeCheck.notAnnounced': '最新提交尚未通知到流水线',
  'mergeCheck.away': '无法得知运行是否成功，因为 Model CI 没有响应',
};
