import type { messages } from '../../messages';

/** Simplified Chinese. */
const zh: Record<keyof typeof messages, string> = {
  'nav.homeLink': '首页',
  'nav.search': '搜索',
  'nav.menu': '菜单',
  'nav.settings': '设置',
  'nav.graph': '关系图',

  'title.home': '首页',
  'title.catalog': '目录',
  'title.create': '创建',
  'title.templates': '模板',
  'title.tasks': '任务',
  'title.actions': '操作',
  'title.templateEditor': '模板编辑器',
  'title.templatingExtensions': '模板扩展',
  'title.settings': '设置',
  'title.general': '常规',
  'title.authProviders': '认证提供方',
  'title.featureFlags': '功能开关',
  'title.notifications': '通知',
  'title.search': '搜索',
  'title.catalogGraph': '目录关系图',
  'title.overview': '概览',

  'home.gettingStarted.title': '快速入门',
  'home.gettingStarted.content': `
1. 从模板[创建模型项目](/create)，其流水线会立即启动。
2. 创建 [Git 令牌](/git/tokens)并克隆代码库。
3. 推送提交，并在[模型流水线](/model-ci)中查看其运行。
4. 在[目录](/catalog)中的项目页面上查看评估结果，然后部署一个版本。
`,
  'home.starred.title': '收藏的实体',
};

export default zh;
