/* One target's and type's table of kernels. */
#include "nn/real.h"

const fp_nn_kernels NN(kernels) = {
  .gather = NN(gather),
  .binarize = NN(binarize),
  .activate = {[FP_IDENTITY] = NN(identity_activate), [FP_RELU] = NN(relu_activate), [FP_TANH] = NN(tanh_activate),
               [FP_SIGMOID] = NN(sigmoid_activate), [FP_SOFTPLUS] = NN(softplus_activate)},
  .activate_backward = {[FP_IDENTITY] = NN(identity_activate_backward), [FP_RELU] = NN(relu_activate_backward),
                        [FP_TANH] = NN(tanh_activate_backward), [FP_SIGMOID] = NN(sigmoid_activate_backward),
                        [FP_SOFTPLUS] = NN(softplus_activate_backward)},
  .film = {[FP_IDENTITY] = NN(identity_film), [FP_RELU] = NN(relu_film), [FP_TANH] = NN(tanh_film), [FP_SIGMOID] = NN(sigmoid_film),
           [FP_SOFTPLUS] = NN(softplus_film)},
  .film_backward = NN(film_backward),
  .column_sums = NN(column_sums),
  .gaussian_head = NN(gaussian_head),
  .gaussian_head_backward = NN(gaussian_head_backward),
  .gaussian_head_backward_drawn = NN(gaussian_head_backward_drawn),
  .importance = NN(importance),
  .scale_rows = NN(scale_rows),
  .bernoulli = NN(bernoulli),
  .gaussian = NN(gaussian),
  .adam = NN(adam),
  .sgd = NN(sgd),
};
