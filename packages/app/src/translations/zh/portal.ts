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

  'home.starred.title': '收藏的实体',
};

export default zh;
