import { messages } from './messages';
import zh from './translations/zh';

describe('the Chinese texts', () => {
  it('are those that there are in English', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(messages).sort());
  });
});
