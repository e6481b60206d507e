import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Rendering whole pages takes long on a machine that is busy with other tests.
jest.setTimeout(30_000);
configure({ asyncUtilTimeout: 10_000 });
