import {
  listTemplateTexts,
  templateLanguages,
  templateTexts,
  translateTexts,
} from './templateTexts';

const template = {
  metadata: { name: 'tiny', title: 'Tiny model', tags: ['title'] },
  spec: {
    type: 'title',
    parameters: {
      title: 'The model',
      properties: {
        // A field may be called as a text is.
        title: { title: 'Title', type: 'string', default: 'A model' },
        where: {
          type: 'string',
          title: 'Where',
          default: 'title',
          enum: ['title', 'gpu'],
          enumNames: ['Here', 'On a GPU'],
          errorMessage: { enum: 'choose one', type: 'must be a text' },
        },
      },
    },
    steps: [{ id: 'a', name: 'Write files', action: 'Title', input: {} }],
    output: {
      links: [{ title: 'Run', url: 'https://x' }, { title: '${{ steps.x }}' }],
    },
    translations: {
      zh: [
        { Title: '标题', Where: '位置', title: '错' },
        { Where: '在哪里', Here: '此处', 'choose one': '请选择', number: 7 },
      ],
    },
  },
};

describe('The texts of a template', () => {
  it('are what people see, and nothing else', () => {
    expect(listTemplateTexts(template).sort()).toEqual([
      'A model',
      'Here',
      'On a GPU',
      'Run',
      'The model',
      'Tiny model',
      'Title',
      'Where',
      'Write files',
      'choose one',
      'must be a text',
    ]);
  });

  it('are translated in their places, and values stay', () => {
    const texts = templateTexts(template, 'zh')!;
    const translate = (text: string) => texts.get(text) ?? text;
    expect(translateTexts(template.spec.parameters, translate)).toEqual({
      title: 'The model',
      properties: {
        title: { title: '标题', type: 'string', default: 'A model' },
        where: {
          type: 'string',
          title: '在哪里',
          default: 'title',
          enum: ['title', 'gpu'],
          enumNames: ['此处', 'On a GPU'],
          errorMessage: { enum: '请选择', type: 'must be a text' },
        },
      },
    });
  });

  it('stay as they are where the template has no such language', () => {
    expect(templateLanguages(template)).toEqual(['zh']);
    expect(templateTexts(template, 'fr')).toBeUndefined();
    expect(templateTexts(template, 'constructor')).toBeUndefined();
    expect(templateTexts(template, 'zh')!.has('constructor')).toBe(false);
    expect(templateTexts(template, 'zh')!.has('number')).toBe(false);
    for (const translations of [null, 'zh', ['zh'], { zh: null }]) {
      const odd = { spec: { translations } };
      expect(templateTexts(odd, 'zh')?.size ?? 0).toBe(0);
    }
  });
});
