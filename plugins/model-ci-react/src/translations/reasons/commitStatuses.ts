export const commitStatuses = {
  'commitStatus.refused':
    '代码托管平台不接受此运行的状态：{{problem}}。其集成需要有权写入提交状态的令牌',
  'commitStatus.triedAgain':
    '代码托管平台还没有此运行的状态，稍后会重试：{{problem}}',
};
