import { countContinuationBytes, countUnfinishedBytes } from './utf8';

const text = 'aé€𝄞z';
const bytes = Buffer.from(text);

describe('character boundaries', () => {
  it('are found wherever a text is cut', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const before = bytes.subarray(0, at);
      const after = bytes.subarray(at);
      const whole = before.subarray(0, at - countUnfinishedBytes(before));
      const rest = after.subarray(countContinuationBytes(after));
      expect(text.startsWith(whole.toString())).toBe(true);
      expect(text.endsWith(rest.toString())).toBe(true);
      expect(whole.toString()).not.toContain('\ufffd');
      expect(rest.toString()).not.toContain('\ufffd');
    }
  });

  it('leave bytes that are no text as they are', () => {
    expect(countContinuationBytes(Buffer.alloc(8, 0x80))).toBe(0);
    expect(countUnfinishedBytes(Buffer.alloc(8, 0x80))).toBe(0);
    expect(countUnfinishedBytes(Buffer.from([0x61, 0xff]))).toBe(0);
    expect(countUnfinishedBytes(Buffer.alloc(0))).toBe(0);
  });
});
