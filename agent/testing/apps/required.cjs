const { serve } = require("./libraries.cjs");

void serve((name) => Promise.resolve(require(name)));
