/** A line with the minutes and seconds since the program began. */
export const say = (line: string): void => {
  const seconds = Math.round(performance.now() / 1000);
  console.log(
    `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, "0")}  ${line}`,
  );
};
