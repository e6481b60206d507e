import { describeExit } from './outcome';

describe('an exit code', () => {
  it.each([
    [126, 'chmod +x'],
    [127, 'was not found'],
    [137, 'resources.memory'],
    [139, 'SIGSEGV'],
  ])('%d is explained, with what to do', (code, words) => {
    expect(describeExit(code).text).toContain(`exit code ${code}: `);
    expect(describeExit(code).text).toContain(words);
  });

  it('is only quoted where it means nothing in particular', () => {
    expect(describeExit(3).text).toBe('The command ended with exit code 3.');
  });
});
