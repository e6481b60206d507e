import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

/** There is no layout in tests, so nothing ever changes its size; the graph and the charts only want to know if it did. */
class StillResizeObserver implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

Object.assign(globalThis, { ResizeObserver: StillResizeObserver });

// Rendering whole pages takes long on a machine that is busy with other tests.
jest.setTimeout(30_000);
configure({ asyncUtilTimeout: 10_000 });
