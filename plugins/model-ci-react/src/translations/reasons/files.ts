export const files = {
  'artifact.refused': '产物“{{name}}”（{{path}}）：{{problem}}',
  'artifact.outside': '路径超出了工作区',
  'artifact.missing':
    '命令结束后那里什么都没有；请让该阶段写出它，或更正“artifacts”下的路径',
  'artifact.tooLarge':
    '超过 {{max, number}} 字节，这是上限（modelCi.engine.maxArtifactBytes）：请少保留一些，或联系管理员',
  'cache.missing': '命令结束后那里什么都没有',
  'cache.notKept': '缓存“{{name}}”（{{path}}）未保留：{{problem}}',
  'file.notKept': '“{{path}}”是 {{type}}：只能保留文件、文件夹和工作区内的链接',
  'file.link': '“{{path}}”是指向“{{target}}”的链接',
  'file.linkLeaves':
    '{{link}}，它超出了工作区：请用相对路径链接到工作区内，或复制该文件',
  'file.linkBack': '{{link}}，它又指回自身',
  'file.linkAround':
    '{{link}}，那是包含该链接本身的文件夹：请去掉该链接，或复制所需内容',
  'file.linkBeside':
    '{{link}}，它在产物之外；这样的链接最多跟随 {{followed}} 个，最多相继经过 {{depth}} 个：请复制这些文件',
  'file.linkMissing':
    '{{link}}，那里什么都没有：请让该阶段写出它，或去掉该链接',
  'file.linkRefused': '{{link}}：{{problem}}',
  'file.hardLink':
    '“{{path}}”是指向“{{target}}”的硬链接，而那不是该产物的文件：请复制该文件',
  'file.hardLinkToLink':
    '“{{path}}”是指向链接“{{target}}”的硬链接：请复制该文件',
  'file.behindLink': '“{{path}}”位于链接“{{folder}}”之后：归档不能通过链接写入',
  'file.otherUpload':
    '它被报告为已上传（{{digest}}），但该尝试在此路径上传的是{{uploaded}}',
  'file.nothing': '空',
  'file.besideUpload':
    '它在所上传内容之外，因此其内容不会一并上传；请复制该文件',
  'file.inSource': '{{path}} 在该提交的源代码中已存在，该阶段没有写它',
  'file.inArtifact':
    '{{path}} 来自阶段“{{stage}}”的产物“{{artifact}}”，该阶段没有写它',
};
