export const commitStatuses = {
  'commitStatus.refused':
    '代码托管平台不接受此运行的状态：{{problem}}。其集成需要有权写入提交状态的令牌',
  'commitStatus.triedAgain':
    '代码托管平台还没有此运行的状态，稍后会重试：{{problem}}',
  'comment.refused':
    '代码托管平台不接受拉取请求上的评论：{{problem}}。其集成需要有权评论拉取请求的令牌',
  'comment.triedAgain':
    '拉取请求上的评论尚未包含此运行，稍后会重试：{{problem}}',
};
