{
  outputs = { self }: { lib = (import ./. { system = "x86_64-linux"; }).lib; };
}
