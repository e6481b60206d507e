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

  it('is explained by a full disk where the log ends with one', () => {
    const said = 'cp: error writing big: No space left on device\n';
    expect(describeExit(1, said)).toMatchObject({
      code: 'attempt.exitedDiskFull',
      parameters: { exitCode: 1 },
    });
  });

  it('is only quoted where it means nothing in particular', () => {
    expect(describeExit(3).text).toBe('The command ended with exit code 3.');
  });
});
