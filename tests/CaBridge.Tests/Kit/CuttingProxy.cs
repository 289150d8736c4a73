using System.Net;
using System.Net.Sockets;

namespace CaBridge.Tests.Kit;

/// <summary>A network between a client and a server on the loopback: it can be away, and break connections in the midst of anything.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Func<int?> _bytesUntilCut;
    private readonly List<Socket> _sockets = [];
    private volatile bool _isAway;

    /// <param name="target">The server's port.</param>
    /// <param name="bytesUntilCut">Asked for each connection: after how many bytes, of both directions together, it breaks; null never.</param>
    /// <param name="listener">Where clients come, which may be in another network namespace; else any free port.</param>
    public CuttingProxy(int target, Func<int?>? bytesUntilCut = null, TcpListener? listener = null)
    {
        _listener = listener ?? new TcpListener(IPAddress.Loopback, 0);
        _bytesUntilCut = bytesUntilCut ?? (() => null);
        _listener.Start();
        _ = AcceptAsync(target);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Cuts { get; private set; }

    /// <summary>All connections break; new ones do, too, until <see cref="ComeBack"/>.</summary>
    public void GoAway()
    {
        _isAway = true;
        Break();
    }

    public void ComeBack() => _isAway = false;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        Break();
        _end.Dispose();
    }

    private void Break()
    {
        lock (_lock)
        {
            _sockets.ForEach(Abort);
            _sockets.Clear();
        }
    }

    /// <summary>With a RST.</summary>
    private static void Abort(Socket socket)
    {
        socket.Close(timeout: 0);
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                if (_isAway)
                {
                    Abort(client);
                    continue;
                }

                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, target, _end.Token);
                lock (_lock)
                {
                    _sockets.AddRange([client, server]);
                }

                var budget = new Budget(_bytesUntilCut());
                _ = CopyAsync(client, server, budget);
                _ = CopyAsync(server, client, budget);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Budget budget)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, _end.Token)) > 0)
            {
                var passed = budget.Take(read);
                await to.SendAsync(buffer.AsMemory(0, passed), _end.Token);
                if (passed < read)
                {
                    Cuts++;
                    break;
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // broken already
        }

        Abort(from);
        Abort(to);
    }

    private sealed class Budget(int? bytes)
    {
        private readonly Lock _lock = new();
        private int _left = bytes ?? int.MaxValue;

        public int Take(int wanted)
        {
            lock (_lock)
            {
                var taken = bytes is null ? wanted : Math.Min(wanted, _left);
                _left -= bytes is null ? 0 : taken;
                return taken;
            }
        }
    }
}
