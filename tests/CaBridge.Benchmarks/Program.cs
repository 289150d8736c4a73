using System.Globalization;
using BenchmarkDotNet.Running;
using CaBridge.Benchmarks;

// whole FILE CABRIDGE [RUNS [MB]]   builds FILE (250 MB) if it is not there, and times the native program against tcpdump
// ingest FILE [RUNS]                what packets cost the server without a network
// load FILE [RUNS [ROUNDS]]         agent and server in processes of their own, with analysis and without
// pvs [COUNT]                       a server's memory with so many channels, and how long questions take meanwhile
// watch-latency URL [SECONDS]       how old an operation is when a watcher of a started server sees it, at 10,000/s
// extcap PROGRAM [RUNS]             what Wireshark waits for: listing, first packet, age of packets in the pipe
// anything else                     BenchmarkDotNet's own options
return args is ["whole", var file, var program, ..]
    ? WholeProcess.Compare(file, program, Number(at: 3, otherwise: 7), Number(at: 4, otherwise: 250) * 1_000_000L)
    : args is ["ingest", var capture, ..]
    ? Ingest.Compare(capture, Number(at: 2, otherwise: 5))
    : args is ["load", var sent, ..]
    ? Load.Compare(sent, Number(at: 2, otherwise: 3), Number(at: 3, otherwise: 10))
    : args is ["pvs", ..]
    ? ManyPvs.Run(Number(at: 1, otherwise: 1_000_000))
    : args is ["sink", _]
    ? Sink.Run(Number(at: 1, otherwise: 0))
    : args is ["extcap", var extcap, ..]
    ? ExtcapStart.Compare(extcap, Number(at: 2, otherwise: 20))
    : args is ["watch-latency", var url, ..]
    ? await WatchLatency.MeasureAsync(url, Number(at: 2, otherwise: 20))
    : BenchmarkSwitcher.FromAssembly(typeof(AnalyzerBenchmarks).Assembly).Run(args).Any() ? 0 : 2;

int Number(int at, int otherwise) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
