export const conditions = {
  'definition.emptyCondition':
    '没有内容；请填写 branches、paths 或 needs，或者删除',
  'definition.needsNothing': '针对此阶段所依赖的阶段；请在 when 旁添加 needs',
  'definition.imageMayBeMissing':
    '此阶段运行时，“{{stage}}”可能还没有构建出镜像；请使用其他镜像，或删除 when.needs',
  'stage.notOnBranch':
    '此阶段只在分支 {{branches}} 上运行，而此次运行属于 {{branch}}。',
  'stage.ofNoBranch':
    '此阶段只在分支 {{branches}} 上运行，而此次运行不属于任何分支。',
  'stage.unchanged': '此阶段只在 {{paths}} 有改动时运行，而此次改动没有涉及。',
  'stage.nothingFailed': '此阶段只在之前的阶段失败时运行，而没有阶段失败。',
  'stage.needsLeftOut': '此阶段需要“{{stage}}”的产出，而该阶段已被跳过。',
  'run.superseded': '已被同一分支或拉取请求的运行 {{number}} 取代。',
  'run.waitsForRun':
    '正在等待同一分支或拉取请求的运行 {{number}} 结束：流水线定义规定一次只能有一个运行。',
  'error.notItsTurn':
    '同一分支或拉取请求的运行 {{other}} 尚未结束，无法重试 {{pipeline}} 的运行 {{number}}：流水线定义规定一次只能有一个运行；请等待其结束，或将其取消',
  'run.nothingRan': '所有阶段都因不满足条件而被跳过。',
  'run.withoutVersion': '没有注册版本：缺少被跳过的阶段（{{stages}}）的结果。',
};
