export const general = {
  quoted: '{{text}}',
  all: '{{items}}',
  more_one: '以及另外 {{count, number}} 项',
  more_other: '以及另外 {{count, number}} 项',
};
