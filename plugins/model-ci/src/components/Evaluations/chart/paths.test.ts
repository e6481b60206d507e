import { stepPath } from './paths';

describe('stepPath', () => {
  it('is level at every place, and steps halfway between two', () => {
    const places = [
      { x: 0, y: 5 },
      { x: 10, y: 5 },
      { x: 20, y: 9 },
    ];
    expect(stepPath(places)).toBe(
      'M0.0,5.0L5.0,5.0L5.0,5.0L10.0,5.0L15.0,5.0L15.0,9.0L20.0,9.0',
    );
    expect(stepPath([])).toBe('');
  });
});
