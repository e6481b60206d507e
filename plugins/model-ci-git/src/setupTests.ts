import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A whole app is started for most tests, on machines that do other things too.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 15_000 });
