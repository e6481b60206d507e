export const external = {
  'external.started':
    '{{provider}} 的构建 {{build}} 用令牌“{{token}}”上报了此运行',
  'external.startedWithoutSource':
    '{{provider}} 的构建 {{build}} 用令牌“{{token}}”上报了此运行。由于无法读取其源代码，其版本无法部署：{{problem}}',
  'external.leftRunning':
    '构建已结束，但未说明此阶段如何结束。请在运行结束前用“model_ci.py run”或“model_ci.py gate”结束此阶段。',
  'external.notReported': '构建本应上报此阶段，但未上报就已结束。',
  'external.buildFailed': '构建在其 CI 中失败。',
  'external.buildCancelled': '构建在其 CI 中被取消。',
  'external.stageFailed': 'CI 上报此阶段失败。',
  'external.notAsked': '由其他 CI 执行的运行不会请人作出决定：{{question}}',
  'external.withoutVersion':
    '没有注册版本：构建没有上报这些阶段，其门禁未经判定（{{stages}}）。',
  'external.silent':
    '已有 {{after}} 没有收到 {{provider}} 的消息。请让构建用“model_ci.py finish”结束其运行（失败时也是如此），或调大 modelCi.externalRuns.silentAfter。',

  'error.tooManyStages': '一次运行最多有 {{max, number}} 个阶段',
  'error.notExternal':
    '运行 {{number}} 由此门户执行；只有由其他 CI 开始的运行才由其上报',
  'error.externalEnded':
    '运行 {{number}} 的状态为“{{status}}”：不能再向其上报。新的构建，或此构建的下一次尝试，会开始自己的运行',
  'error.externalNotCancellable':
    '运行 {{number}} 由 {{provider}} 执行：请在那里取消构建 {{build}}',
  'error.externalNotRetryable':
    '运行 {{number}} 由 {{provider}} 执行：请在那里重新运行构建 {{build}}',
  'error.externalAttempt':
    '此尝试由其他 CI 执行：请在那里结束其构建。不再收到其消息后，其运行会自行结束',
  'error.externalStageEnded':
    '阶段“{{stage}}”已结束：请在其结束前以“model_ci.py run”的选项指定报告和产物，或为其他阶段上报',
  'error.externalNoStage': '此运行没有已开始的阶段“{{stage}}”',
  'error.sourceAway':
    '{{repository}} 目前没有响应，而门禁要从那里读取：{{problem}}。请稍后重试',
  'error.logGap':
    '日志有 {{size, number}} 字节：请从那里开始发送，而不是从 {{offset, number}}',
  'error.logFull':
    '日志有 {{max, number}} 字节，已达上限（modelCi.engine.maxLogBytes）：其余部分不会保留',
  'error.uploadGap':
    '上传内容有 {{received, number}} 字节：请从那里开始发送，而不是从 {{start, number}}',
  'error.uploadDigest':
    '上传内容的摘要是 {{actual}}，而不是 {{digest}}：文件已发生变化，请重新上传',
  'error.uploadTooLarge':
    '上传内容有 {{size, number}} 字节，上限为 {{max, number}}（{{key}}）',
  'error.partTooLarge':
    '一个部分最多 {{max, number}} 字节：请用 Content-Range 把其余内容作为后续部分发送',
  'error.tooManyUploadsOfRun':
    '一次运行的所有尝试合计最多有 {{max, number}} 个报告和产物：请把多个文件放进一个产物',
  'error.runTooLarge':
    '上传内容有 {{size, number}} 字节；加上此运行之前已声明的 {{used, number}} 字节，将超过 {{max, number}}。请减少上传内容，或请管理员调高 {{key}}',
  'error.manyParts':
    '这么大的上传最多分为 {{max, number}} 个部分：每个部分请至少有 {{size, number}} 字节',
  'error.externalManyAttempts':
    '阶段“{{stage}}”已经开始了 {{max, number}} 次，达到上限：请用自己的构建编号或尝试编号开始另一次运行',
  'error.tooManyUploads': '一个阶段最多有 {{max, number}} 个报告和产物',
  'error.onePredictions':
    '一个阶段只有一个 predictions 报告，此阶段的是“{{path}}”：请把全部内容放在一个文件中上报',
  'error.externalNoVersion':
    '运行 {{number}} 的状态为 {{status}}，没有注册版本：只有默认分支上、上报了所有带门禁阶段的成功运行才有可部署的版本',
  'error.tokenInvalid':
    '令牌错误、已过期或已被吊销：请在流水线页面（设置，CI 令牌）创建一个，并以 MODEL_CI_TOKEN 提供给 CI',
  'error.tokenMissing':
    '没有令牌：请以“Authorization: Bearer mci_…”发送流水线的令牌',
  'error.tokenAction':
    '令牌“{{token}}”不能用于操作“{{action}}”：请创建一个可以的令牌',
  'error.tokenPipeline': '令牌“{{token}}”不能用于 {{pipeline}}',
  'error.tokenFailures': '来自此地址的错误令牌过多：请稍后重试',
};
