export const sourceStates = {
  'sourceState.repositoryGone':
    '{{repository}} 已不存在，或门户无权读取：请恢复它，或恢复 app-config 中集成的访问权限。运行和版本仍保留在此处',
  'sourceState.moved':
    '{{repository}} 现已更名为 {{to}}：请在新地址注册该流水线，并从目录中移除旧位置。运行和版本会随之转移',
  'sourceState.empty': '{{repository}} 没有提交：请推送',
  'sourceState.branchGone':
    '{{repository}} 已没有分支“{{branch}}”，而流水线是在该分支注册的：请在现在的默认分支“{{defaultBranch}}”注册，或恢复该分支',
  'sourceState.entityGone':
    '{{repository}} 的分支“{{branch}}”上已没有 {{file}}，或其中没有描述该流水线：请恢复该文件，或从目录中移除该流水线',
  'sourceState.definitionGone':
    '{{repository}} 的分支“{{branch}}”上已没有定义文件 {{file}}：请恢复它，或在流水线的实体中指明正确的文件',
  'sourceState.definitionInvalid': '分支“{{branch}}”上的定义无效：{{problem}}',
};
