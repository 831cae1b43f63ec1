// Named like the package manager that starts so many services.
console.log("started by npm");
