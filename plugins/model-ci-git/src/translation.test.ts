import { messages } from './messages';
import zh from './translations/zh';

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map(match => match[1]).sort();

describe('the Chinese texts', () => {
  it('are those that there are in English', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(messages).sort());
  });

  it.each(Object.keys(messages) as Array<keyof typeof messages>)(
    'fill the same blanks in %s',
    key => {
      expect(zh[key].trim()).not.toBe('');
      expect(placeholders(zh[key])).toEqual(placeholders(messages[key]));
    },
  );
});
