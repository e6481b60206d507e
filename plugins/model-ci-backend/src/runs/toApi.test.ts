import { toRunSource } from './toApi';

describe('the definition that a run keeps', () => {
  const row = {
    mistakes: null,
    datasets: null,
    parameters: null,
    source_digest: null,
    source_tree: null,
  };

  it('is shown as unreadable, and reported, where it cannot be read', () => {
    const unreadable = jest.fn();
    const source = toRunSource(
      { ...row, definition: '{"version":' },
      [],
      unreadable,
    );
    expect(source).not.toHaveProperty('definition');
    expect(source.definitionErrors).toMatchObject([
      { reason: { code: 'definition.storedUnreadable' } },
    ]);
    expect(unreadable).toHaveBeenCalledWith(expect.any(Error));
  });

  it('may not be known yet', () => {
    const unreadable = jest.fn();
    expect(
      toRunSource({ ...row, definition: null }, [], unreadable),
    ).toMatchObject({ definitionErrors: [] });
    expect(unreadable).not.toHaveBeenCalled();
  });
});
