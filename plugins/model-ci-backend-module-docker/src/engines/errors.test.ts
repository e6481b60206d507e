import { localEngine } from '../testing/localEngine';
import { explain } from './errors';

const refusal = (message: string) =>
  explain(
    Object.assign(new Error(message), { statusCode: 400 }),
    localEngine(),
  );

describe('refusals of an engine', () => {
  it.each([
    'exec: "sh": executable file not found in $PATH: unknown',
    'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
    'exec: "sh": permission denied: unknown',
  ])('are the fault of the image where it has no shell: %s', cause => {
    expect(
      refusal(
        `failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${cause}`,
      ),
    ).toMatchObject({
      name: 'InputError',
      message: expect.stringContaining("it needs 'sh'"),
    });
  });

  it('are nobody’s fault where the engine has lost a file of its own', () => {
    const error = refusal(
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to create new parent process: namespace path: lstat /proc/5448/ns/net: no such file or directory: unknown',
    );
    expect(error.name).toBe('Error');
    expect(error.message).toContain('refused');
  });
});
