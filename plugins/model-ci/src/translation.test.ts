import { messages } from './messages';
import zh from './translations/zh';

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{([^}]+)\}\}/g)].map(match => match[1]).sort();

describe('translations', () => {
  it('say everything in Chinese that is said in English', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(messages).sort());
  });

  it.each(Object.entries(messages))(
    'fill the same blanks in %s',
    (key, text) => {
      const translated = zh[key as keyof typeof zh];
      expect(translated.trim()).not.toBe('');
      expect(placeholders(translated)).toEqual(placeholders(text));
    },
  );
});
