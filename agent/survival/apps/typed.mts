// For a Node that strips types.
const answer: number = 42;
console.log(answer);
