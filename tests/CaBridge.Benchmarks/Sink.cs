using System.Net;
using CaBridge.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CaBridge.Benchmarks;

/// <summary>A server that takes batches and does nothing with them.</summary>
internal static class Sink
{
    public static int Run(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        using var app = builder.Build();
        app.MapGrpcService<Service>();
        app.Run();
        return 0;
    }

    private sealed class Service : CaptureService.CaptureServiceBase
    {
        public override async Task Stream(
            IAsyncStreamReader<PacketBatch> requestStream, IServerStreamWriter<Acknowledgement> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                await responseStream.WriteAsync(new Acknowledgement { Sequence = requestStream.Current.Sequence }, context.CancellationToken);
            }
        }
    }
}
