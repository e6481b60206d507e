export const repositories = {
  'repository.badUrl':
    '“{{url}}”不是代码仓库的 URL；请粘贴浏览器地址或 git clone 使用的地址，例如 https://github.com/example/house-price',
  'repository.unknownHost':
    '门户没有 {{host}} 的集成：请让门户管理员在 app-config 的 integrations 中添加该托管平台',
  'repository.notFound':
    '{{url}} 不存在，或门户无权读取：请检查 URL，以及 app-config 的 integrations 中该托管平台的凭据',
  'repository.empty': '{{url}} 还没有提交：请先推送',
  'repository.hostAway': '{{host}} 没有按预期应答（{{problem}}）：请稍后再试',
  'repository.tooSlow':
    '{{url}} 未能在 {{seconds}} 秒内读取完：请改为在目录页面注册其实体文件',
  'repository.busy':
    '正在为您读取 {{max}} 个代码仓库：请等待其中一个显示后再试',
  'repository.noDefinition': '没有文件 {{file}}，而 {{namedIn}} 指向它',
  'repository.fileTooLong':
    '{{file}} 有 {{bytes, number}} 字节；最多读取 {{max, number}} 字节',
};
