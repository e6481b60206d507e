export const secrets = {
  'secret.noKey':
    '门户没有用于加密机密的密钥：请管理员设置 modelCi.secrets.keys。',
  'secret.missing':
    '该流水线未设置的机密：{{names}}。请在流水线页面的“机密”中设置。',
  'secret.untrusted':
    '该运行来自不受信任的来源（例如复刻仓库的拉取请求，或无法确定已被推送到仓库的提交），因此不会获得机密。请从仓库的分支或标签启动运行。',
  'secret.executorTakesNone':
    '执行器 {{executor}} 无法在不暴露机密的情况下传递机密；请将 executor 设为其他执行器，或移除 secrets。',
  'secret.buildTakesNone':
    '执行器 {{executor}} 无法安全地将机密交给镜像构建；请将 executor 设为支持的执行器（例如 kubernetes），或删除 secrets。',
  'secret.tooLarge':
    '这些机密共有 {{size}}，超过一个阶段或服务最多可有的 {{max}}。',
  'secret.notInVault':
    '保管库“{{vault}}”的 {{place}} 中没有名为“{{name}}”的文本。请在其中添加，或直接为该机密设置值。',
  'secret.notMaskable': '保管库“{{vault}}”中“{{name}}”的值无法使用：{{why}}',
  'secret.vaultAway': '无法读取保管库“{{vault}}”：{{error}}',
  'secret.vaultUnknown':
    '机密“{{name}}”位于保管库“{{vault}}”中，但该保管库已不在配置中。请在 modelCi.secrets.vaults 中恢复它，或重新设置该机密。',
  'secret.keyLost':
    '机密“{{name}}”是用已不在配置中的密钥（{{key}}）加密的。请在 modelCi.secrets.keys 中恢复该密钥，或重新设置该机密。',
  'secret.damaged': '机密“{{name}}”无法解密，因为其记录已被更改。请重新设置。',
  'secret.short':
    '除换行和首尾空白外，机密至少需要 {{min, number}} 个字符，其中至少四个不同：更短的值无法遮盖。',
  'secret.long': '机密最大为 {{max}}。',
  'secret.controlCharacter':
    '除制表符和换行外，机密不能含有控制字符；非文本内容请先编码，例如使用 base64。',
  'secret.badName':
    '机密名称由字母、数字和 _ 组成，不能以数字开头，最多 {{max, number}} 个字符。',
  'secret.reservedName':
    '“{{name}}”由 Model CI、其执行器或 shell 设置。请换一个名称。',
  'secret.tooMany':
    '已有 {{max, number}} 个机密，达到此处的上限。请删除一些不再使用的机密。',
  'secret.noSuch': '没有机密“{{name}}”。',
  'secret.noEnvironment':
    '没有环境“{{environment}}”。请选择门户可部署到的环境之一。',
  'secret.noVault':
    '没有保管库“{{vault}}”。请选择 modelCi.secrets.vaults 中的保管库之一。',
  'secret.noSource':
    '流水线 {{pipeline}} 还没有可供机密绑定的来源。请先修复其实体。',
  'secret.notOwner':
    '{{owner}} 的机密只能由其成员设置，并只能由其成员开放给流水线。',
  'secret.ofOwner': '只有所有者的机密才需要开放给单个流水线。',
};
