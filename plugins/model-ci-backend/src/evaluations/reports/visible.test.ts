import { isVisible, showInvisible } from './visible';

describe('isVisible', () => {
  it.each([
    'accuracy',
    '精度',
    'точность',
    // Persian and Hindi, in which joiners make other words.
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
    '\u0915\u094d\u200d\u0937',
    // A family, and a flag.
    '\u{1f469}\u200d\u{1f467}',
    '\u{1f3f3}\ufe0f\u200d\u{1f308}',
  ])('takes %j', text => {
    expect(isVisible(text)).toBe(true);
  });

  it.each([
    'a\u200bcc',
    'acc\u200d',
    'e\u0301\u200dcole',
    '\u200cacc',
    '\u0645\u200c\u200c\u0645',
    '\u200eacc',
    'acc\u200f',
    '\u202acc\u202c',
    '\u202ecca',
    '\u2060acc',
    '\u2066acc\u2069',
    '\ufeffacc',
    'a\u2028b',
    'a\nb',
    '\ud800',
  ])('refuses %j', text => {
    expect(isVisible(text)).toBe(false);
  });
});

describe('showInvisible', () => {
  it('writes down what is not seen, and nothing else', () => {
    expect(showInvisible('a\u202eb\u200b精')).toBe('a\\u202eb\\u200b精');
  });
});
